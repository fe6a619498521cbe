package crediting
import ("testing";"testing/fstest";"strings";"fmt")
func BenchmarkCSV(b *testing.B){
 var s strings.Builder; s.WriteString("id,closed,amount,seller\n")
 for i:=range 100000 { fmt.Fprintf(&s,"d%d,2026-03-10,%d.50,ana\n",i,i)}
 fs:=fstest.MapFS{"deal.csv":{Data:[]byte(s.String())}}
 b.ReportAllocs()
 for b.Loop(){ for x,err:=range FromCSV(fs).Scan(b.Context(),small()){ if err!=nil{b.Fatal(err)}; _=x } }
}
